/**
 * Function URLs, of which moto keeps one for each function: it takes no qualifier, gives an URL without the slash at its
 * end, knows `Buffered` where AWS has BUFFERED, and ignores another InvokeMode when it updates one.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_FunctionUrlConfig.html
 */
import { isDone } from '../answers.mjs';

export function urls() {
  const modes = new Map();
  const keyOf = ({ FunctionName, Qualifier }) => `${FunctionName}:${Qualifier}`;

  function amend({ operation, input }, answer) {
    if (!isDone(answer)) return null;
    const key = keyOf(input);
    if (operation !== 'GetFunctionUrlConfig') modes.set(key, input.InvokeMode ?? modes.get(key) ?? 'BUFFERED');
    const found = answer.json();
    const right = { ...found, FunctionUrl: found.FunctionUrl.replace(/\/?$/, '/'), InvokeMode: modes.get(key) };
    return JSON.stringify(right) === JSON.stringify(found) ? null : { status: answer.status, json: right };
  }

  const entry = (name, why) => ({ call: `lambda ${name}`, why, amend });
  return {
    entries: [
      entry('CreateFunctionUrlConfig', 'its URL lacks the slash at the end'),
      entry('GetFunctionUrlConfig', 'its URL lacks the slash at the end'),
      entry('UpdateFunctionUrlConfig', 'it ignores InvokeMode'),
    ],
  };
}
