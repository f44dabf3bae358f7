import { DISPLACING } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('displacing', DISPLACING);
