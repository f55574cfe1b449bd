/** Whether DNS knows a domain, as this machine asks it. */
import { lookup } from 'node:dns/promises';

const timeoutMs = 3_000;

/** False also when nobody answers in time. */
export async function dnsAnswers(name: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const found = lookup(name).then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([found, late]);
  clearTimeout(timer);
  return answered;
}
