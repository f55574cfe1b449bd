/** `up hash-password`: what `basic_auth.users` of up.json holds in place of a password. */
import type { Command } from '../command.ts';

export const hashPassword: Command = {
  usage: 'hash-password',
  summary: 'turn a password into a hash for basic_auth',
  mayHoldSecrets: true,
  examples: [
    ['up hash-password', 'asks for the password, which is not shown'],
    ['pwgen 20 1 | up hash-password', 'or takes it from a pipe; never from an argument'],
  ],
  options: (argv) => argv,
  async run(context) {
    const [{ askPassword }, { hashPassword: toHash, passwordRefusal }, { UpError }] = await Promise.all([
      import('../prompt/ask-hidden.ts'),
      import('../../http/password.ts'),
      import('../errors.ts'),
    ]);
    const password = await askPassword(context.io);
    const refusal = passwordRefusal(password);
    if (refusal) throw new UpError('UP_USAGE', `The password ${refusal}`, { hint: 'choose another: up hash-password' });
    const hash = await toHash(password);
    context.result(hash, { hash });
  },
};
