import { contract } from '../ContractCase';

export const order = [
  contract('delivers each message once, in the order of sending', [], async (session) => {
    const owner = session.open();
    await session.allOk(owner.sendMany(100));
    await session.arrivedAll();
    session.equal(session.far().arrived, owner.messagesSent, 'what arrived');
  }),

  contract('receives each message once, in the order in which the other end sent them', ['deliver'], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    const answers = Array.from({ length: 100 }, (_, n) => session.answer(n));
    for (const answer of answers) session.far().device.deliver!(answer);
    await session.until('everything is received', () => owner.received.length >= answers.length);
    await session.wait();
    session.equal(owner.received, answers, 'what was received');
  }),

  contract('sends and receives at the same time', ['deliver'], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    const answers = Array.from({ length: 30 }, (_, n) => session.answer(n));
    for (const answer of answers) {
      owner.send();
      session.far().device.deliver!(answer);
    }
    await session.allOk(owner.sends);
    await session.until('everything is received', () => owner.received.length >= answers.length);
    session.equal(owner.received, answers, 'what was received');
    await session.arrivedAll();
    session.equal(session.far().arrived, owner.messagesSent, 'what arrived');
  }),

  contract('sends the next message inside a completion, 300 times', [], async (session) => {
    const owner = session.open();
    const next = (): void => {
      if (owner.sends.length < 300) owner.send(next);
    };
    next();
    await session.until(
      'all have an outcome',
      () => owner.sends.length === 300 && owner.sends.every(({ outcomes }) => outcomes.length > 0),
    );
    await session.allOk(owner.sends);
  }),
];
