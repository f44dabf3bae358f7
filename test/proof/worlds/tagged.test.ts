import { TAGGED } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('tagged', TAGGED);
