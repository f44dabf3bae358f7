import { AsyncLocalStorage } from 'node:async_hooks';
import { inContext, Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

const controller = new ScriptedController<string>({ window: 2 });
const channel = new Mailbox(controller).requestChannel(0);

// #region example
const request = new AsyncLocalStorage<string>();
const log = (line: string) => console.log(`${request.getStore() ?? 'nobody'}: ${line}`);

request.run('request 1', () => {
  channel.send('one').subscribe(() => log('one is done'));
});

request.run('request 2', () => {
  channel
    .send('two')
    .pipe(inContext(() => AsyncLocalStorage.snapshot()))
    .subscribe(() => log('two is done'));
});

// The outcomes come from somewhere else: from the link, in the context of whoever drives it.
request.run('the port', () => {
  controller.link().txDone({ token: 1 });
  controller.link().txDone({ token: 2 });
});

// Prints:
// the port: one is done
// request 2: two is done
// #endregion example
