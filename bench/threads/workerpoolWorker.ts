import workerpool from 'workerpool';
import { take } from './take';

let taken = 0;

workerpool.worker({
  took: (message: unknown) => {
    take(message);
    taken++;
  },
  count: () => taken,
});
