/** Lambda: functions, versions, aliases, permissions, invocations. */
import { changing, type Operations, reading } from './call.ts';
import type { AwsError } from './error.ts';
import { getAccountSettings } from './lambda/account.ts';
import { createAlias, deleteAlias, getAlias, listAliases, updateAlias } from './lambda/aliases.ts';
import {
  deleteFunctionConcurrency,
  deleteProvisionedConcurrencyConfig,
  getFunctionConcurrency,
  getProvisionedConcurrencyConfig,
  putFunctionConcurrency,
  putProvisionedConcurrencyConfig,
} from './lambda/concurrency.ts';
import {
  deleteFunctionEventInvokeConfig,
  getFunctionEventInvokeConfig,
  listFunctionEventInvokeConfigs,
  putFunctionEventInvokeConfig,
  updateFunctionEventInvokeConfig,
} from './lambda/event-invoke.ts';
import {
  createFunction,
  deleteFunction,
  getFunction,
  getFunctionConfiguration,
  listFunctions,
} from './lambda/functions.ts';
import { invoke, readInvocation } from './lambda/invoke.ts';
import { lockName } from './lambda/names.ts';
import { addPermission, getPolicy, removePermission } from './lambda/policies.ts';
import { routes } from './lambda/routes.ts';
import { listTags, tagResource, untagResource } from './lambda/tags.ts';
import { updateFunctionCode, updateFunctionConfiguration } from './lambda/updates.ts';
import {
  createFunctionUrlConfig,
  deleteFunctionUrlConfig,
  getFunctionUrlConfig,
  listFunctionUrlConfigs,
  updateFunctionUrlConfig,
} from './lambda/urls.ts';
import { listVersionsByFunction, publishVersion } from './lambda/versions.ts';
import { createRestJson } from './wire/rest-json.ts';

const changingFunction = changing((input) => lockName(input.FunctionName ?? input.Resource));

export const lambda = {
  CreateFunction: changingFunction(createFunction),
  GetFunction: reading(getFunction),
  GetFunctionConfiguration: reading(getFunctionConfiguration),
  ListFunctions: reading(listFunctions),
  UpdateFunctionCode: changingFunction(updateFunctionCode),
  UpdateFunctionConfiguration: changingFunction(updateFunctionConfiguration),
  DeleteFunction: changingFunction(deleteFunction),
  PublishVersion: changingFunction(publishVersion),
  ListVersionsByFunction: reading(listVersionsByFunction),
  CreateAlias: changingFunction(createAlias),
  GetAlias: reading(getAlias),
  UpdateAlias: changingFunction(updateAlias),
  DeleteAlias: changingFunction(deleteAlias),
  ListAliases: reading(listAliases),
  AddPermission: changingFunction(addPermission),
  RemovePermission: changingFunction(removePermission),
  GetPolicy: reading(getPolicy),
  CreateFunctionUrlConfig: changingFunction(createFunctionUrlConfig),
  GetFunctionUrlConfig: reading(getFunctionUrlConfig),
  UpdateFunctionUrlConfig: changingFunction(updateFunctionUrlConfig),
  DeleteFunctionUrlConfig: changingFunction(deleteFunctionUrlConfig),
  ListFunctionUrlConfigs: reading(listFunctionUrlConfigs),
  PutFunctionConcurrency: changingFunction(putFunctionConcurrency),
  GetFunctionConcurrency: reading(getFunctionConcurrency),
  DeleteFunctionConcurrency: changingFunction(deleteFunctionConcurrency),
  PutProvisionedConcurrencyConfig: changingFunction(putProvisionedConcurrencyConfig),
  GetProvisionedConcurrencyConfig: reading(getProvisionedConcurrencyConfig),
  DeleteProvisionedConcurrencyConfig: changingFunction(deleteProvisionedConcurrencyConfig),
  PutFunctionEventInvokeConfig: changingFunction(putFunctionEventInvokeConfig),
  UpdateFunctionEventInvokeConfig: changingFunction(updateFunctionEventInvokeConfig),
  GetFunctionEventInvokeConfig: reading(getFunctionEventInvokeConfig),
  DeleteFunctionEventInvokeConfig: changingFunction(deleteFunctionEventInvokeConfig),
  ListFunctionEventInvokeConfigs: reading(listFunctionEventInvokeConfigs),
  Invoke: reading(invoke),
  TagResource: changingFunction(tagResource),
  UntagResource: changingFunction(untagResource),
  ListTags: reading(listTags),
  GetAccountSettings: reading(getAccountSettings),
} satisfies Operations;

export const lambdaWire = createRestJson({ routes, raw: { Invoke: readInvocation }, errorBody });

/** The member is `Message` in two of Lambda's errors and `message` in all others. */
function errorBody({ code, status, message, fields }: AwsError): Record<string, string> {
  const member = code === 'ResourceNotFoundException' || code === 'ServiceException' ? 'Message' : 'message';
  return { Type: status < 500 ? 'User' : 'Service', [member]: message, ...fields };
}
