/** A release: a published version with what it was made of, and the stages whose users get it. */
import type { AliasConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Architecture } from '../aws/price.ts';
import { cut, oneLine } from '../output/format.ts';

export interface Release {
  readonly version: string;
  /** The stage it was deployed to; '' when a version was not published by up. */
  readonly stage: string;
  /** Short hash; '' when it was deployed without git. */
  readonly commit: string;
  readonly author: string;
  /** The subject of the commit. */
  readonly message: string;
  /** Epoch milliseconds at which it was published. */
  readonly created: number;
  /** Bytes of the package. */
  readonly size: number;
  /** CodeSha256: base64. */
  readonly sha256: string;
  readonly architecture: Architecture;
  readonly live: readonly Live[];
}

export interface Live {
  readonly stage: string;
  /** Of the stage's traffic, above 0 and at most 1. */
  readonly share: number;
}

export function toRelease(config: FunctionConfiguration, aliases: readonly AliasConfiguration[] = []): Release {
  const { Version = '', CodeSize = 0, CodeSha256 = '', LastModified = '', Description = '' } = config;
  const { UP_STAGE = '', UP_COMMIT = '', UP_AUTHOR = '' } = config.Environment?.Variables ?? {};
  return {
    version: Version,
    stage: UP_STAGE,
    commit: UP_COMMIT,
    author: UP_AUTHOR,
    message: UP_COMMIT && Description.startsWith(UP_COMMIT) ? Description.slice(UP_COMMIT.length).trim() : Description,
    // `+0000` is ISO 8601 and not what ECMAScript promises to read.
    created: Date.parse(LastModified.replace(/\+0000$/, 'Z')) || 0,
    size: CodeSize,
    sha256: CodeSha256,
    architecture: config.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    live: aliases.flatMap((alias) => liveOn(alias, Version)),
  };
}

function liveOn({ Name = '', FunctionVersion, RoutingConfig }: AliasConfiguration, version: string): Live[] {
  const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
  const others = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const share = FunctionVersion === version ? 1 - others : (weights[version] ?? 0);
  return share > 0 ? [{ stage: Name, share: Number(share.toFixed(6)) }] : [];
}

/** With all that stands beside it, within 80 columns. */
const longestMessage = 28;

/** `v2  9f8e7d6 "fix pets"` */
export function describeRelease({ version, commit, message }: Pick<Release, 'version' | 'commit' | 'message'>): string {
  const said = cut(oneLine(message), longestMessage);
  return [`v${version}`, commit && `${oneLine(commit)} "${said}"`].filter(Boolean).join('  ');
}
