/** The flags that every command takes, and how words are read. */
import type { Argv } from 'yargs';
import { UpError } from '../errors.ts';
import { withoutMarks } from './checks.ts';

/** Of `secretive` commands an error does not repeat a word: it may be a value that begins with a dash. */
export function globalOptions(parser: Argv, secretive: boolean): Argv {
  return parser
    .scriptName('up')
    .usage('$0 <command>')
    .option('chdir', { alias: 'C', type: 'string', default: '.', describe: 'work in another folder', global: true })
    .option('local', { type: 'boolean', default: false, describe: 'use a Lambda on this machine', global: true })
    .option('region', { type: 'string', describe: 'AWS region', global: true })
    .option('profile', { type: 'string', describe: 'AWS profile', global: true })
    .option('json', { type: 'boolean', default: false, describe: 'machine output', global: true })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'no progress', global: true })
    .option('verbose', {
      alias: 'v',
      type: 'boolean',
      default: false,
      describe: 'more detail with errors',
      global: true,
    })
    .option('color', { type: 'boolean', describe: '--no-color for none', global: true })
    .version(false)
    .help('help')
    .alias('h', 'help')
    .wrap(80)
    .strict()
    .recommendCommands()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      const said = withoutMarks(message.replaceAll('\n', ' '));
      throw error ?? new UpError('UP_USAGE', secretive ? said.replace(/:.*$/, '') : said);
    });
}
