/** How much of a long step is done, as a bar and a figure of always the same width. */
const width = 16;

/** `share` from 0 to 1. */
export function renderBar(share: number, unicode: boolean): string {
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.'];
  const done = Math.min(1, Math.max(0, share || 0));
  const filled = Math.floor(done * width);
  const figure = `${Math.floor(done * 100)}`.padStart(3);
  return `${full.repeat(filled)}${empty.repeat(width - filled)} ${figure} %`;
}
