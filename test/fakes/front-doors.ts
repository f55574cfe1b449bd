/** Front doors that listen nowhere: they give out ports and remember which are open. */
import type { FrontDoors, HttpApi } from '../../local/model.ts';

export interface FakeFrontDoors extends FrontDoors {
  readonly opened: string[];
  readonly closed: string[];
}

export function createFakeFrontDoors(): FakeFrontDoors {
  let nextPort = 41_000;
  const url = (api: HttpApi): string => `http://127.0.0.1:${api.port}`;
  const frontDoors: FakeFrontDoors = {
    opened: [],
    closed: [],
    url,
    async open(api) {
      if (api.port === 0) api.port = nextPort++;
      frontDoors.opened.push(api.ApiId);
      return url(api);
    },
    functionUrl: ({ port }) => `http://127.0.0.1:${port}/`,
    async openUrl(_functionName, _qualifier, opened) {
      if (opened.port === 0) opened.port = nextPort++;
      frontDoors.opened.push(opened.UrlId);
      return frontDoors.functionUrl(opened);
    },
    async closeUrl(urlId) {
      frontDoors.closed.push(urlId);
    },
    async close(apiId) {
      frontDoors.closed.push(apiId);
    },
  };
  return frontDoors;
}
