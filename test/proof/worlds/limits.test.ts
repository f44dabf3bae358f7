import { LIMITS } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('limits', LIMITS);
