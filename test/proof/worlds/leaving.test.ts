import { LEAVING } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('leaving', LEAVING);
