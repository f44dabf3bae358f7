import { FAULTS } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('faults', FAULTS);
