import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';

/** A channel on a scripted controller, whose mailbox has a virtual scheduler of its own. */
export function virtual(options: ScriptedOptions<string, string, string> = {}) {
  const scheduler = new VirtualTimeScheduler();
  const controller = new ScriptedController<string, string, string>({ ...options, scheduler });
  const mailbox = new Mailbox(controller, { scheduler });
  return { scheduler, controller, mailbox, channel: mailbox.requestChannel(0), link: controller.link() };
}

/** Lets that much virtual time go by. */
export function advance(scheduler: VirtualTimeScheduler, ms: number): void {
  scheduler.maxFrames = scheduler.frame + ms;
  scheduler.flush();
  scheduler.frame = scheduler.maxFrames;
}
