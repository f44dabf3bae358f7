import { EDGES } from './catalog';
import { exploreAll } from './exploreAll';

exploreAll('edges', EDGES);
