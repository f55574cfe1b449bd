/** API Gateway v2, as far as an HTTP API in front of one function needs it. Members are lower camel case on the wire. */
import {
  createApiMapping,
  deleteApiMapping,
  getApiMapping,
  getApiMappings,
  updateApiMapping,
} from './apigatewayv2/api-mappings.ts';
import { createApi, deleteApi, getApi, getApis, updateApi } from './apigatewayv2/apis.ts';
import {
  createDomainName,
  deleteDomainName,
  getDomainName,
  getDomainNames,
  updateDomainName,
} from './apigatewayv2/domain-names.ts';
import { lockApi } from './apigatewayv2/find.ts';
import { createRoute, deleteRoute, getRoute, getRoutes, updateRoute } from './apigatewayv2/http-routes.ts';
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  getIntegrations,
  updateIntegration,
} from './apigatewayv2/integrations.ts';
import { routes } from './apigatewayv2/routes.ts';
import { createStage, deleteStage, getStage, getStages, updateStage } from './apigatewayv2/stages.ts';
import { getTags, tagResource, untagResource } from './apigatewayv2/tags.ts';
import { changing, type Operations, reading } from './call.ts';
import { createRestJson } from './wire/rest-json.ts';

const changingApi = changing(lockApi);
const changingDomain = changing((input) => `domain ${String(input.domainName).toLowerCase()}`);

export const apigatewayv2 = {
  CreateApi: changingApi(createApi),
  GetApi: reading(getApi),
  GetApis: reading(getApis),
  UpdateApi: changingApi(updateApi),
  DeleteApi: changingApi(deleteApi),
  CreateIntegration: changingApi(createIntegration),
  GetIntegration: reading(getIntegration),
  GetIntegrations: reading(getIntegrations),
  UpdateIntegration: changingApi(updateIntegration),
  DeleteIntegration: changingApi(deleteIntegration),
  CreateRoute: changingApi(createRoute),
  GetRoute: reading(getRoute),
  GetRoutes: reading(getRoutes),
  UpdateRoute: changingApi(updateRoute),
  DeleteRoute: changingApi(deleteRoute),
  CreateStage: changingApi(createStage),
  GetStage: reading(getStage),
  GetStages: reading(getStages),
  UpdateStage: changingApi(updateStage),
  DeleteStage: changingApi(deleteStage),
  CreateDomainName: changingDomain(createDomainName),
  GetDomainName: reading(getDomainName),
  GetDomainNames: reading(getDomainNames),
  UpdateDomainName: changingDomain(updateDomainName),
  DeleteDomainName: changingDomain(deleteDomainName),
  CreateApiMapping: changingDomain(createApiMapping),
  GetApiMapping: reading(getApiMapping),
  GetApiMappings: reading(getApiMappings),
  UpdateApiMapping: changingDomain(updateApiMapping),
  DeleteApiMapping: changingDomain(deleteApiMapping),
  TagResource: changingApi(tagResource),
  UntagResource: changingApi(untagResource),
  GetTags: reading(getTags),
} satisfies Operations;

export const apigatewayv2Wire = createRestJson({
  routes,
  errorBody: ({ message, fields }) => ({ message, ...fields }),
});
