import { of, retry, VirtualTimeScheduler, type Observable } from 'rxjs';
import { Mailbox, txTimeout, type TimeLimit, type TxReceipt } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { open as openChannel } from '../../support/open';

const open = openChannel<string>;

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };

describe('txTimeout', () => {
  describe('takes its time from', () => {
    const left = (setUp: (scheduler: VirtualTimeScheduler) => Observable<unknown>) => {
      const scheduler = new VirtualTimeScheduler();
      let seen = 'nothing';
      setUp(scheduler).subscribe({ error: () => (seen = `failed at ${scheduler.now()}`) });
      scheduler.flush();
      return seen;
    };
    const on = (scheduler?: VirtualTimeScheduler) =>
      new Mailbox(new ScriptedController(), scheduler && { scheduler }).requestChannel(0).send('A');

    it('the scheduler of the mailbox by default', () => {
      expect(left((scheduler) => on(scheduler).pipe(txTimeout(10)))).toBe('failed at 10');
    });

    it('a scheduler of its own', () => {
      expect(left((scheduler) => on().pipe(txTimeout(10, scheduler)))).toBe('failed at 10');
    });

    it('a scheduler of its own on any other source', () => {
      expect(left((scheduler) => on().pipe(retry(1), txTimeout(10, scheduler)))).toBe('failed at 10');
    });
  });

  describe('checks its arguments at the call', () => {
    it.each<[unknown, new (message: string) => Error, RegExp]>([
      [0, RangeError, /limit is 0; expected milliseconds, 1 to 2147483647/],
      [0.5, RangeError, /limit is 0\.5/],
      [1e-5, RangeError, /limit is 0\.00001/],
      [-1, RangeError, /limit is -1/],
      [NaN, RangeError, /limit is NaN/],
      [Infinity, RangeError, /limit is Infinity/],
      [2 ** 31, RangeError, /limit is 2147483648/],
      ['10', TypeError, /limit is "10"/],
      [undefined, TypeError, /limit is undefined/],
      [null, TypeError, /limit is null/],
      [{}, TypeError, /limit .*queued.*inFlight.*total/],
      [{ queued: 0 }, RangeError, /limit\.queued is 0/],
      [{ inFlight: 2 ** 31 }, RangeError, /limit\.inFlight is 2147483648/],
      [{ total: '5' }, TypeError, /limit\.total is "5"/],
      [{ total: 5, queued: NaN }, RangeError, /limit\.queued is NaN/],
    ])('%p', (limit, error, message) => {
      expect(() => txTimeout(limit as TimeLimit)).toThrow(error);
      expect(() => txTimeout(limit as TimeLimit)).toThrow(message);
    });

    it.each<[TimeLimit]>([[1.5], [1], [2 ** 31 - 1], [{ queued: 1 }], [{ inFlight: 1 }], [{ queued: 1, inFlight: 2, total: 3 }]])(
      'takes %p',
      (limit) => {
        expect(() => txTimeout(limit)).not.toThrow();
      },
    );

    it('which are there also the first time', () => {
      jest.isolateModules(() => {
        const fresh = jest.requireActual<typeof import('../../../src/operators/txTimeout')>('../../../src/operators/txTimeout');
        expect(() => fresh.txTimeout(undefined as never)).toThrow('limit is undefined; expected an object');
      });
    });

    it('copies the limits: what is changed afterwards changes nothing', () => {
      const scheduler = new VirtualTimeScheduler();
      const limit = { total: 10 };
      const policy = txTimeout(limit);
      limit.total = 0;
      let at: number | undefined;
      new Mailbox(new ScriptedController(), { scheduler })
        .requestChannel(0)
        .send('A')
        .pipe(policy)
        .subscribe({ error: () => (at = scheduler.now()) });
      scheduler.flush();
      expect(at).toBe(10);
    });

    it.each([[{ queued: 5 }], [{ inFlight: 5 }]])('%p on a source that is no Transmission: TypeError when it is applied', (limit) => {
      const operator = txTimeout(limit);
      const { channel } = open();
      expect(() => channel.send('A').pipe(retry(1), operator)).toThrow(TypeError);
      expect(() => channel.send('A').pipe(retry(1), operator)).toThrow(/limit\.queued, limit\.inFlight and limit\.silence need/);
      expect(() => of(receipt).pipe(operator)).toThrow(TypeError);
      expect(() => operator(channel.send('A'))).not.toThrow();
    });
  });
});
