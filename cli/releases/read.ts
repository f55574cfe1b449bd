/** All releases of an app, newest first. */
import {
  type AliasConfiguration,
  type FunctionConfiguration,
  type LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { UpError } from '../errors.ts';
import { type Release, toRelease } from './release.ts';

/** Rejects with UP_NOT_DEPLOYED when there is no such function. */
export async function readReleases(lambda: LambdaClient, app: string): Promise<Release[]> {
  try {
    const [versions, aliases] = await Promise.all([listVersions(lambda, app), listAliases(lambda, app)]);
    return versions
      .filter(({ Version }) => Version !== '$LATEST')
      .map((config) => toRelease(config, aliases))
      .sort((a, b) => Number(b.version) - Number(a.version));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new UpError('UP_NOT_DEPLOYED', `"${app}" has not been deployed here`, { next: ['up', 'up --local'] });
  }
}

/** With `$LATEST`. */
export async function listVersions(lambda: LambdaClient, FunctionName: string): Promise<FunctionConfiguration[]> {
  const versions: FunctionConfiguration[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }));
    versions.push(...(page.Versions ?? []));
    Marker = page.NextMarker;
    if (!Marker) return versions;
  }
}

async function listAliases(lambda: LambdaClient, FunctionName: string): Promise<AliasConfiguration[]> {
  const aliases: AliasConfiguration[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await lambda.send(new ListAliasesCommand({ FunctionName, Marker }));
    aliases.push(...(page.Aliases ?? []));
    Marker = page.NextMarker;
    if (!Marker) return aliases;
  }
}
