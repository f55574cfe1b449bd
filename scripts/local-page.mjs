/** The text of docs/local.md: what is said of the local platform, and the matrix of its operations. */

const clients = ['cli', 'boto3', 'sdk'];
const cliNames = { s3: 's3api' };

/** `services` is the platform's own table, `routes` all that AWS has by service, `recorded` who was seen to drive what. */
export function renderLocal(services, routes, recorded) {
  return [
    '<!-- Made by `npm run generate` from local/aws/services.ts and test/operations/recorded.json. -->',
    text,
    '## Operations',
    [
      'Every operation here speaks the wire format of its service, down to its errors and pages, and is driven by the AWS CLI,',
      'boto3 and the JavaScript SDK in `npm run check:operations`. Any other is refused by its name:',
      '`lambda ListLayers is not implemented by the local platform` (UnknownOperationException). CloudWatch also answers the',
      'other formats of its clients: CBOR, which the SDK for Go sends, and forms, which older SDKs do.',
    ].join('\n'),
    ...[...services.values()].flatMap((service) =>
      section(service, routes[service.name] ?? [], recorded[service.name] ?? {}),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function section({ name, operations }, all, recorded) {
  const rows = Object.keys(operations).map((operation) => {
    const by = (recorded[operation] ?? '').split(' ');
    return [
      `\`${operation}\``,
      `\`${toCommand(name, operation)}\``,
      ...clients.map((client) => (by.includes(client) ? 'yes' : 'no')),
    ];
  });
  const missing = all.filter((operation) => !Object.hasOwn(operations, operation));
  const table = [['operation', 'AWS CLI', 'CLI', 'boto3', 'SDK v3'], ['---', '---', '---', '---', '---'], ...rows];
  const lines = table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const rest = missing.length > 0 ? [`Not here: ${missing.join(', ')}.`] : [];
  return [`### ${name}`, lines, ...rest];
}

/** As the AWS CLI writes it: `GetFunctionUrlConfig` is `get-function-url-config`. */
function toCommand(service, operation) {
  const words = operation
    .replace('V2', '-v2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2');
  return `aws ${cliNames[service] ?? service} ${words.toLowerCase()}`;
}

const text = `# The local Lambda

A Lambda on this machine: one endpoint that speaks AWS's wire formats, environments that are initialised, frozen, thawed and
ended as on Lambda, front doors with real URLs. No account, no Docker.

\`\`\`sh
up local                            # in the foreground, until Ctrl-C
up --local                          # deploys to it, and starts it in the background when none runs
up local status                     # where it runs
AWS_ENDPOINT_URL=http://127.0.0.1:4580 aws lambda list-functions
up local stop
\`\`\`

Its state is in \`$UP_LOCAL_DIR\`, or in \`.up/local/\` at the root of the repository; \`endpoint.json\` there names the
running platform. A platform that is killed loses nothing that it had confirmed: the next one continues with the same
functions, addresses, schedules, logs and events, but without metrics and environments. The last 128 MB of each log
group are kept; entries older than its retention are removed within the hour.

The account is 000000000000 and the region us-east-1, whatever region a request names. Any credentials are accepted, but
the AWS CLI and SDKs need some, and a region: \`AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
AWS_DEFAULT_REGION=us-east-1\` if nothing is configured (\`AWS_REGION\` for JavaScript). A request must be signed, in the
form and at the time that AWS requires; signatures made with the platform's own credentials, which functions get, are
verified. \`--policy FILE\` allows what an IAM policy allows and refuses the rest ([permissions.md](permissions.md) has one
for deploys); the policies of their roles apply to functions.

## As late as AWS

\`up local --lag 2\` simulates AWS's delays: changes take effect two seconds later. At first a role cannot be assumed, a
function is Pending and an update InProgress, and calls that come too early are refused with AWS's messages; log events
are found after two seconds; each service takes six calls at once and six a second, and throttles the rest. Invocations
and S3 objects are not delayed. \`up\` copes with all of it; a script that does not wait fails here.

## Life cycle

- Init on demand has 10 s. One that fails or takes longer is repeated inside the first invocation, under the timeout of the
  function. With provisioned concurrency it has 130 s, or the timeout when that is longer.
- Between two events everything in an environment is stopped (SIGSTOP), and killed at the deadline. An event ends when the
  runtime and all extensions ask for the next one.
- An environment with an extension gets SIGTERM and 500 ms when it is retired; one without is killed. Idle environments are
  retired after ten minutes.
- When the memory of the function is used up, its largest process is killed (where there is /proc). If that is the runtime,
  the invocation fails with Runtime.ExitError, and REPORT says Runtime.OutOfMemory.
- START, END, REPORT and INIT_REPORT are in the log of the function as Lambda prints them; init is billed.

| failure | \`errorType\` | \`Status\` in REPORT |
| --- | --- | --- |
| the runtime exits, or is killed | \`Runtime.ExitError\` | error |
| memory is used up | \`Runtime.ExitError\` | error, \`Runtime.OutOfMemory\` |
| the timeout is over | \`Sandbox.Timedout\` | timeout |
| there is no such program | \`Runtime.InvalidEntrypoint\` | error |
| an answer of more than 6 MB and 100 bytes | \`Function.ResponseSizeTooLarge\` | none |
| an error that the runtime reports | its own | none |

## Front doors

Each stage has its own permanent port, \`http://127.0.0.1:<port>/\`. It is also reached by name, on the platform's own
port, at \`http://<stage>.<app>.localhost:4580/\`, and behind other front doors at \`<stage>.<app>.rest.localhost\`,
\`.rest-stream.localhost\`, \`.alb.localhost\` and \`.alb-multi.localhost\`. Limits and error bodies are those of the
front door:

| | HTTP API | Function URL | REST API | load balancer |
| --- | --- | --- | --- | --- |
| the function failed, or its answer is invalid | 500 | 502 | 502 | 502 |
| no room for one more | 503 | 429 | 429 | 502 |
| no answer in time | 503 after 30 s | at the timeout | 504 after 29 s | at the timeout |
| request bodies up to | 10 MB | 6 MB | 10 MB | 1 MB |
| events up to; base64 makes bodies that are not text a third larger | 6 MB | 6 MB | 6 MB | 6 MB |

## Asynchronous events

\`Invoke\` with \`InvocationType: Event\`, and schedules, write an event to disk before they answer. It is processed at
least once: retried after one minute and after two more when the function fails, and for up to six hours when there is
no capacity; both can be set with \`PutFunctionEventInvokeConfig\`. There are no destinations and no dead letters, and
setting one is refused.

## What is not as on AWS

- One machine: its own processor, its own file system, and its own Node, the one that started it, for every Node.js
  runtime; functions of other runtimes are refused. If you run \`up\` with another Node version, it warns you.
  Environments share /tmp, and the code is writable.
- Programs are also searched for in the PATH of the shell that started it: an app that starts with pnpm, Bun or Python
  runs here, but fails the check of a deploy to AWS unless it ships them.
- At most 64 environments at one time, over all functions.
- Presigned URLs are refused, because any web page can send one: S3 has to be asked with an Authorization header.
- Layers, VPCs, keys and file systems are stored and shown, but not used. A function in a VPC needs the same right of its
  role as on AWS. X-Ray gets no traces.
- An HTTP API serves its \`$default\` route in its \`$default\` stage. Other routes and stages are stored and shown, but
  a request that only they would match gets a 404. A Function URL with \`AWS_IAM\` refuses everyone.
- A function logs to the log group created for it; functions never create one, whatever their role allows. A streamed
  answer may be longer than 200 MB.
- Metrics are kept in memory only.`;
