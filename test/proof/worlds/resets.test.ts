import { RESETS } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('resets', RESETS);
