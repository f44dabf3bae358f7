import { GIVEN_BACK } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('given back', GIVEN_BACK);
