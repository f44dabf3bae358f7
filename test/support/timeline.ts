import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Mailbox, type ChannelEvent, type ChannelOptions, type TxReceipt } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';
import { Journal, outcome } from './Journal';

/** How to set up a channel, and what of it to write down. */
export interface TimelineOptions extends ScriptedOptions<string, string, string> {
  /** Options of the channel. */
  channel?: ChannelOptions<string>;
  /** Scheduler of the mailbox; default: its own default. */
  mailboxScheduler?: SchedulerLike;
  /** Which events of `events$` to write down; default none. */
  events?: ChannelEvent['type'][];
  /** Write the reports on `txDone$` down. */
  reports?: boolean;
}

/**
 * A journal in virtual time, which has the calls of the link too. Each line is `<ms> <what>`.
 *
 * `sendData A` (`→ busy`, `→ throws`), `abort 1`, `reset`, `A ok ack`, `A ETIME unknown`, `report A ok`, `stalled 1`.
 */
export class Timeline extends Journal {
  private readonly traced: string[] = [];

  constructor(
    /** Lets all the time go by. */
    readonly flush: () => void,
  ) {
    super();
  }

  /** Milliseconds since the test began. */
  get now(): number {
    return asyncScheduler.now();
  }

  override write(what: string): void {
    super.write(`${this.now} ${what}`);
  }

  /** Acts when that many milliseconds have gone by. */
  at(ms: number, act: () => void): void {
    asyncScheduler.schedule(act, ms - this.now);
  }

  protected override done({ ack }: TxReceipt<unknown>): string {
    return ack === undefined ? 'ok' : `ok ${String(ack)}`;
  }

  /** A mailbox on a scripted controller, whose calls are written down, and its first channel. */
  open(options: TimelineOptions = {}) {
    const { channel: channelOptions, mailboxScheduler, events, reports, ...scripted } = options;
    const controller = new ScriptedController<string, string, string>(scripted);
    const open = controller.open.bind(controller);
    controller.open = (index) => {
      const given = open(index);
      this.watch(controller.link(index));
      return given;
    };
    const mailbox = new Mailbox(controller, mailboxScheduler && { scheduler: mailboxScheduler });
    const channel = mailbox.requestChannel(0, channelOptions);
    if (events) {
      channel.events$.subscribe(({ type, token }) => {
        if (events.includes(type)) this.traced.push(`${this.now} ${token === undefined ? type : `${type} ${token}`}`);
      });
    }
    if (reports)
      channel.txDone$.subscribe(({ message, error }) => this.write(`report ${message} ${error === undefined ? 'ok' : outcome(error)}`));
    return { controller, mailbox, channel, link: controller.link() };
  }

  /**
   * Lets all the time go by, then compares.
   *
   * Events stand after everything else of the same millisecond: the contract orders them among each other only.
   */
  expect(...lines: string[]): void {
    this.flush();
    const byTime = [...this.lines, ...this.traced].sort((a, b) => parseInt(a) - parseInt(b));
    expect(byTime).toEqual(lines);
  }

  private watch(link: ScriptedLink<string, string, string>): void {
    const { sendData, abort, reset } = link;
    link.sendData = (message, token) => {
      const at = this.lines.length;
      this.write(`sendData ${message}`);
      try {
        const answer = sendData.call(link, message, token);
        if (answer === 'busy') this.lines[at] = `${this.lines[at]} → busy`;
        return answer;
      } catch (error) {
        this.lines[at] = `${this.lines[at]} → throws`;
        throw error;
      }
    };
    if (abort) Object.assign(link, { abort: (token: number) => (this.write(`abort ${token}`), abort.call(link, token)) });
    if (reset) Object.assign(link, { reset: () => (this.write('reset'), reset.call(link)) });
  }
}

/** Makes a test that runs in virtual time and keeps a {@link Timeline}. */
export function timeline(test: (timeline: Timeline) => void): () => void {
  return () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toStrictEqual(expected));
    scheduler.run(({ flush }) => test(new Timeline(flush)));
  };
}
