import { contract } from '../ContractCase';

export const order = [
  contract('delivers in the order of sending, each message once', [], async (session) => {
    const owner = session.open();
    await session.allOk(owner.sendMany(100));
    session.equal(
      session.far().arrived,
      owner.sent.map(({ message }) => message),
      'what arrived',
    );
  }),

  contract('receives in the order of arrival, each message once', ['deliver'], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    const answers = Array.from({ length: 100 }, (_, n) => session.answer(n));
    for (const answer of answers) session.far().device.deliver!(answer);
    await session.until('everything is received', () => owner.received.length >= answers.length);
    await session.quiet();
    session.equal(owner.received, answers, 'what was received');
  }),

  contract('does both at once', ['deliver'], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    const answers = Array.from({ length: 30 }, (_, n) => session.answer(n));
    for (const answer of answers) {
      owner.send();
      session.far().device.deliver!(answer);
    }
    await session.allOk(owner.sent);
    await session.until('everything is received', () => owner.received.length >= answers.length);
    session.equal(owner.received, answers, 'what was received');
    session.equal(
      session.far().arrived,
      owner.sent.map(({ message }) => message),
      'what arrived',
    );
  }),

  contract('sends on from inside a completion, 300 times', [], async (session) => {
    const owner = session.open();
    const next = (): void => {
      if (owner.sent.length < 300) owner.send(next);
    };
    next();
    await session.until('all are told', () => owner.sent.length === 300 && owner.sent.every(({ told }) => told.length > 0));
    await session.allOk(owner.sent);
  }),
];
