/** Deploys that meet faults and each other: test/interruptions/main.ts says what is done and what its flags are. */
import { join } from 'node:path';
import { importTypeScript } from '../typescript.mjs';
import { requireBuild, root } from './project.mjs';

await requireBuild();
await importTypeScript(join(root, 'test', 'interruptions', 'main.ts'));
