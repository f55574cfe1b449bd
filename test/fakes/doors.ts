/** Front doors that listen nowhere: they give out ports and remember which are open. */
import type { FrontDoors, HttpApi } from '../../local/model.ts';

export interface FakeDoors extends FrontDoors {
  readonly opened: string[];
  readonly closed: string[];
}

export function createFakeDoors(): FakeDoors {
  let nextPort = 41_000;
  const url = (api: HttpApi): string => `http://127.0.0.1:${api.port}`;
  const doors: FakeDoors = {
    opened: [],
    closed: [],
    url,
    async open(api) {
      if (api.port === 0) api.port = nextPort++;
      doors.opened.push(api.ApiId);
      return url(api);
    },
    async close(apiId) {
      doors.closed.push(apiId);
    },
  };
  return doors;
}
