import 'zone.js';
import { inContext, Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

const controller = new ScriptedController<string>();
const channel = new Mailbox(controller).requestChannel(0);

// #region example
// As in Angular: what runs in a component's zone is followed by change detection.
const sameZone = inContext(() => {
  const zone = Zone.current;
  return (run) => zone.run(run);
});

Zone.current.fork({ name: 'component' }).run(() => {
  channel
    .send('one')
    .pipe(sameZone)
    .subscribe(() => console.log(`told in zone ${Zone.current.name}`));
});

Zone.current.fork({ name: 'port' }).run(() => controller.link().txDone({ token: 1 }));

// Prints:
// told in zone component
// #endregion example
