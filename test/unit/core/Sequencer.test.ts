import { Journal } from '../../support/Journal';
import { open } from '../../support/open';
import { unhandledErrors } from '../../support/unhandled';

const oops = new Error('oops');
const boom = (): never => {
  throw oops;
};

describe('when several messages settle in one turn', () => {
  it.each([
    ['error handler', { error: boom }],
    [
      'teardown',
      {
        error: (): void => undefined,
        teardown: boom,
      },
    ],
  ])(
    "a sender's %s that throws does not keep the others from hearing of theirs",
    (_what, { error, teardown }: { error: () => void; teardown?: () => void }) => {
      const { channel, link } = open({ window: 3 });
      const journal = new Journal();
      journal.reports(channel);
      const unhandled = unhandledErrors(() => {
        const sending = channel.send('A').subscribe({ error });
        if (teardown) sending.add(teardown);
        channel.send('B').subscribe(journal.sender('B'));
        channel.send('C').subscribe(journal.sender('C'));
        link.down();
      });
      expect(unhandled).toHaveLength(1);
      expect(journal.lines).toEqual([
        'report A ENETDOWN unknown',
        'report B ENETDOWN unknown',
        'B ENETDOWN unknown',
        'report C ENETDOWN unknown',
        'C ENETDOWN unknown',
      ]);
    },
  );
});
