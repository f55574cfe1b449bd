/** `npm run limits [-- --seconds N]`: every size within 64 bytes of a limit, every 32nd within 2,048. */
import { parseArgs } from 'node:util';
import { checkLimits, offsetsAround } from './limits.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string' } } });
const until = values.seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.seconds) * 1000;
const { runs, failures } = await checkLimits(offsetsAround(64, 2048), until);
for (const failure of failures.slice(0, 20)) console.log(failure);
console.log(`limits: ${runs} runs, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
