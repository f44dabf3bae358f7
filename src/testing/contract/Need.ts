import type { ControllerExtra, ControllerFeature } from './ControllerFixture';

/** What a case needs of the fixture. */
export type Need = ControllerFeature | ControllerExtra;
