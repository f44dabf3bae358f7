import { ORDERED } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('ordered', ORDERED);
