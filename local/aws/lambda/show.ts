/** How versions and aliases are printed. */
import type { Alias, FunctionVersion } from '../../model.ts';
import { toFunctionArn } from '../identity.ts';
import { showState } from './states.ts';

/** FunctionConfiguration, at this time in epoch milliseconds. */
export function showVersion(version: FunctionVersion, arn: string, time: number): Record<string, unknown> {
  return {
    ...showListed(version, arn),
    ...showState(version, time),
    RuntimeVersionConfig: { RuntimeVersionArn: `arn:aws:lambda:us-east-1::runtime:${version.Runtime}` },
  };
}

/** The lists leave out the states: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export function showListed(version: FunctionVersion, arn: string): Record<string, unknown> {
  const hasVariables = Object.keys(version.Environment).length > 0;
  return {
    FunctionName: version.FunctionName,
    FunctionArn: arn,
    Runtime: version.Runtime,
    Role: version.Role,
    Handler: version.Handler,
    CodeSize: version.CodeSize,
    Description: version.Description,
    Timeout: version.Timeout,
    MemorySize: version.MemorySize,
    LastModified: version.LastModified,
    CodeSha256: version.CodeSha256,
    Version: version.Version,
    ...(hasVariables ? { Environment: { Variables: version.Environment } } : {}),
    TracingConfig: { Mode: version.TracingMode },
    RevisionId: version.RevisionId,
    ...(version.Layers.length > 0 ? { Layers: version.Layers.map((Arn) => ({ Arn, CodeSize: 0 })) } : {}),
    PackageType: 'Zip',
    Architectures: version.Architectures,
    EphemeralStorage: { Size: version.EphemeralStorage },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: version.LogFormat, LogGroup: version.LogGroup },
    ...(version.ConfigSha256 === undefined ? {} : { ConfigSha256: version.ConfigSha256 }),
    ...version.Other,
  };
}

/** AliasConfiguration. */
export function showAlias(functionName: string, alias: Alias): Record<string, unknown> {
  const weighted = Object.keys(alias.RoutingConfig).length > 0;
  return {
    AliasArn: toFunctionArn(functionName, alias.Name),
    Name: alias.Name,
    FunctionVersion: alias.FunctionVersion,
    Description: alias.Description,
    ...(weighted ? { RoutingConfig: { AdditionalVersionWeights: alias.RoutingConfig } } : {}),
    RevisionId: alias.RevisionId,
  };
}

/** ISO 8601 as Lambda prints it. */
export function toLastModified(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}
