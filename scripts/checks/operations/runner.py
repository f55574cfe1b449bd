"""Runs operations for `operations.mjs`, by the AWS CLI's own driver or by boto3: a JSON line in, a JSON line out.

In:  {"client": "cli" or "boto3", "service", "operation", "input"}; {"$file": path} in an input stands for its bytes, and
     {"$date": text} for a time.
Out: {"output"} or {"error": text}
"""
import base64, contextlib, functools, io, json, os, tempfile
import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

names = {'s3': 's3api'}
clients = {}
out = os.path.join(tempfile.mkdtemp(), 'out')


def revive(value):
    if isinstance(value, list):
        return [revive(one) for one in value]
    if not isinstance(value, dict):
        return value
    if '$date' in value:
        return value['$date']
    if '$file' in value:
        return open(value['$file'], 'rb').read()
    return {key: revive(one) for key, one in value.items()}


@functools.cache
def driver():
    from awscli.clidriver import create_clidriver  # who asks for boto3 alone need not have it
    return create_clidriver()


def by_cli(service, operation, given):
    files = {key: one['$file'] for key, one in given.items() if isinstance(one, dict) and '$file' in one}
    rest = {key: one for key, one in given.items() if key not in files}
    args = [names.get(service, service), xform_name(operation, '-'), '--output', 'json']
    writes = (service, operation) in (('lambda', 'Invoke'), ('s3', 'GetObject'))
    if writes:  # the name of a file is no part of what --cli-input-json takes
        files.update(rest)
    else:
        args += ['--cli-input-json', json.dumps(revive(rest))]
    for key, value in files.items():
        args += ['--' + xform_name(key, '-'), value]
    if writes:
        args.append(out)
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = driver().main(args)
    if code != 0:
        raise RuntimeError(stderr.getvalue().strip() or f'aws ended with {code}')
    output = json.loads(stdout.getvalue() or '{}')
    if writes:
        output['text'] = open(out).read()
    return output


def by_boto3(service, operation, given):
    client = clients.setdefault(service, boto3.client(service))
    output = getattr(client, xform_name(operation))(**revive(given))
    output.pop('ResponseMetadata', None)
    for key in ('Payload', 'Body'):
        if hasattr(output.get(key), 'read'):
            output['text'] = output.pop(key).read().decode()
    return output


def shown(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


# Descriptor 3, because the checks give no program a standard input.
for line in os.fdopen(3):
    asked = json.loads(line)
    run = by_cli if asked['client'] == 'cli' else by_boto3
    try:
        answer = {'output': run(asked['service'], asked['operation'], asked['input'])}
    except (ClientError, RuntimeError) as error:
        answer = {'error': str(error)}
    except Exception as error:  # what a client makes of an answer it cannot read
        answer = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(answer, default=shown), flush=True)
