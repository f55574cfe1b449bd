/** Entry of `_up/runtime.mjs`, which `_up/bootstrap` runs in place of the managed runtime's own client. */
import { boot } from '../boot.ts';

const booted = await boot(process.env);
const { runtimeLoop } = await import('./runtime-loop.ts');
await runtimeLoop(booted, process.env);
