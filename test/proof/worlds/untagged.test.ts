import { UNTAGGED } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('untagged', UNTAGGED);
