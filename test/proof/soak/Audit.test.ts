import { LinkDownError, QueueFullError, TxCanceledError, type MailboxError } from 'rx-mailbox';
import { Audit, NEXT, SEND } from './Audit';
import { senderOf, type Message } from './message';
import { Taken } from './Taken';

// The audit of the soak sees every mistake that it is there to see.

const message = (id: number): Message => ({ id, sender: senderOf(id) });

class Court {
  readonly taken = Taken.make(4);
  readonly audit = new Audit(this.taken, 4);

  sends(id: number, way: typeof NEXT | typeof SEND = SEND): this {
    this.audit.sends(id, way);
    return this;
  }

  takes(id: number): this {
    this.taken.mark({ ...message(id), intact: true });
    return this;
  }

  reports(id: number, error?: MailboxError): this {
    const report = { token: id + 100, message: message(id) };
    this.audit.reports(error === undefined ? { ...report, ack: undefined } : { ...report, error });
    return this;
  }

  done(id: number, token = id + 100): this {
    this.audit.senderDone(id, token);
    return this;
  }

  fails(id: number, error: MailboxError): this {
    this.audit.senderError(id, error);
    return this;
  }

  verdict(): [Record<string, number>, string[]] {
    const outcomes = Object.fromEntries(this.audit.verdict(1));
    return [outcomes, [...this.audit.wrong.keys()]];
  }
}

const full = new QueueFullError(1);
const down = new LinkDownError('link');
const canceled = new TxCanceledError('not-sent');

describe('the audit is content with', () => {
  it.each<[string, Court, Record<string, number>]>([
    ['a message that was taken, reported and notified', new Court().sends(0).takes(0).reports(0).done(0), { done: 1 }],
    ['one that nobody waited for', new Court().sends(0, NEXT).takes(0).reports(0), { done: 1 }],
    ['one that was never sent', new Court().sends(0).reports(0, canceled).fails(0, canceled), { 'ECANCELED not-sent': 1 }],
    ['one that may have been taken', new Court().sends(0).takes(0).reports(0, down).fails(0, down), { 'ENETDOWN unknown': 1 }],
    ['one that was refused', new Court().sends(0).fails(0, full), { 'ENOBUFS not-sent': 1 }],
  ])('%s', (_, court, outcomes) => expect(court.verdict()).toEqual([outcomes, []]));
});

describe('the audit finds', () => {
  it.each<[string, Court]>([
    ['done, and not taken', new Court().sends(0).reports(0).takes(0).done(0)],
    ['not sent, and taken', new Court().sends(0).takes(0).reports(0, canceled).fails(0, canceled)],
    ['taken twice', new Court().sends(0).takes(0).takes(0).reports(0).done(0)],
    ['reported twice', new Court().sends(0).takes(0).reports(0).reports(0).done(0)],
    ['notified twice', new Court().sends(0).takes(0).reports(0).done(0).done(0)],
    ['notified, but nobody was waiting', new Court().sends(0, NEXT).takes(0).reports(0).done(0)],
    ['receipt with the token of another message', new Court().sends(0).takes(0).reports(0).done(0, 101)],
    ['lost: its sender was never notified', new Court().sends(0).takes(0).reports(0)],
    ['lost: never settled', new Court().sends(0, NEXT)],
    ['sender and report got different errors', new Court().sends(0).reports(0, down).fails(0, new LinkDownError('link'))],
    ['taken or settled, but never sent', new Court().sends(0).takes(0).reports(0).done(0).takes(2)],
  ])('%s', (what, court) => expect(court.verdict()[1]).toEqual([what]));

  it('an outcome after its sender has left', () => {
    const court = new Court().sends(0).takes(0);
    court.audit.leaves(0);
    expect(court.reports(0).done(0).verdict()[1]).toEqual(['notified, but nobody was waiting']);
  });
});
