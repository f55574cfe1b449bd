/** What age.test.ts runs: prints how long its process has existed and how long Node has, in milliseconds. */
import { processAge } from '../../../proxy/hosts/age.ts';

console.log(JSON.stringify({ age: processAge(), node: performance.now() }));
