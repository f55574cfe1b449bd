/** What the rules of `inject` put into a page, as HTML. */
import { escapeHtml } from '../../http/escape.ts';

export interface InjectRule {
  readonly type:
    | 'literal'
    | 'comment'
    | 'style'
    | 'script'
    | 'inline style'
    | 'inline script'
    | 'google analytics'
    | 'segment';
  readonly value: string;
}

/** As apex/up indents it: two spaces, and the tag that follows keeps its own two. */
export function renderRules(rules: readonly InjectRule[]): string {
  return rules.map(({ type, value }) => `  ${renderers[type](value)}\n  `).join('');
}

const renderers: Readonly<Record<InjectRule['type'], (value: string) => string>> = {
  literal: (value) => value,
  comment: (value) => `<!-- ${escapeHtml(value)} -->`,
  style: (value) => `<link rel="stylesheet" href="${escapeHtml(value)}">`,
  script: (value) => `<script src="${escapeHtml(value)}"></script>`,
  'inline style': (value) => `<style>${value}</style>`,
  'inline script': (value) => `<script>${value}</script>`,
  'google analytics': googleAnalytics,
  segment,
};

/** https://developers.google.com/tag-platform/gtagjs */
function googleAnalytics(id: string): string {
  const start = `window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}`;
  return [
    `<script async src="https://www.googletagmanager.com/gtag/js?id=${encodeURIComponent(id)}"></script>`,
    `<script>${start}gtag('js',new Date());gtag('config',${JSON.stringify(id)})</script>`,
  ].join('\n    ');
}

/** What may be called before the library is there: https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/ */
const segmentMethods = [
  'addDestinationMiddleware',
  'addIntegrationMiddleware',
  'addSourceMiddleware',
  'alias',
  'debug',
  'group',
  'identify',
  'off',
  'on',
  'once',
  'page',
  'ready',
  'register',
  'reset',
  'screen',
  'setAnonymousId',
  'track',
  'trackClick',
  'trackForm',
  'trackLink',
  'trackSubmit',
];

/** Calls are queued in an array, which the library takes over when it has come: the protocol of snippet version 5. */
function segment(key: string): string {
  const lines = [
    '(function(w,d){var a=w.analytics=w.analytics||[];if(a.initialize||a.invoked)return;a.invoked=true;',
    `a._writeKey=${JSON.stringify(key)};a.SNIPPET_VERSION="5.2.1";`,
    `a.methods=${JSON.stringify(segmentMethods)};`,
    'a.factory=function(m){return function(){var l=w.analytics;if(l.initialized)return l[m].apply(l,arguments);',
    'a.push([m].concat([].slice.call(arguments)));return a}};',
    'a.methods.forEach(function(m){a[m]=a.factory(m)});',
    'a.load=function(k,o){var s=d.createElement("script");s.async=true;',
    's.setAttribute("data-global-segment-analytics-key","analytics");',
    's.src="https://cdn.segment.com/analytics.js/v1/"+k+"/analytics.min.js";a._loadOptions=o;d.head.appendChild(s)};',
    'a.load(a._writeKey);a.page()})(window,document)',
  ];
  return `<script>${lines.join('')}</script>`;
}
