import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { howToFix } from '../../cli/build/how-to-fix.ts';
import { project } from './project.ts';

describe('an app of Python that does not serve by itself', () => {
  it.each([
    ['FastAPI', 'from fastapi import FastAPI\napp = FastAPI()', 'python3 -m uvicorn main:app --port $PORT'],
    [
      'FastAPI',
      'import fastapi\n\nshop: fastapi.FastAPI = fastapi.FastAPI(',
      'python3 -m uvicorn main:shop --port $PORT',
    ],
    ['Starlette', 'api = Starlette(routes=[])\ndef run(): pass', 'python3 -m uvicorn main:api --port $PORT'],
    ['Litestar', 'app = Litestar([hello])', 'python3 -m uvicorn main:app --port $PORT'],
    ['Sanic', 'app = Sanic("Shop")', 'python3 -m sanic main:app --single-process --port $PORT'],
    ['Bottle', 'app = bottle.Bottle()', 'python3 -m bottle -b 127.0.0.1:$PORT main:app'],
    ['Bottle', 'import bottle\napp = bottle.default_app()', 'python3 -m bottle -b 127.0.0.1:$PORT main:app'],
    ['Falcon', 'import falcon\napi = falcon.App()', 'python3 -m gunicorn -b 127.0.0.1:$PORT main:api'],
    ['Falcon', 'import falcon.asgi\napp = falcon.asgi.App()', 'python3 -m uvicorn main:app --port $PORT'],
    [
      'aiohttp',
      'from aiohttp import web\napp = web.Application()',
      'python3 -m gunicorn -b 127.0.0.1:$PORT -k aiohttp.GunicornWebWorker main:app',
    ],
    ['Flask', 'from flask import Flask\napp = Flask(__name__)', 'python3 -m flask --app main:app run --port $PORT'],
  ])('of %s is served by what serves its like', async (name, source, command) => {
    expect(await detect(project({ 'main.py': source }))).toMatchObject({
      kind: 'python',
      command,
      argv: null,
      interpreter: 'python3',
      entry: 'main.py',
      why: expect.stringContaining(`main.py makes an app of ${name}, for `),
    });
  });

  it('is told to name the server among what is installed', async () => {
    const dir = project({ 'main.py': 'app = FastAPI()', 'requirements.txt': 'fastapi' });
    const started = { stage: 'staging', app: await detect(dir), dir, local: true, environment: {} };
    const { hint } = await howToFix('', ['/usr/bin/python3: No module named uvicorn'], started);
    expect(hint).toBe(
      "install what it asks for: printf '\\n%s\\n' uvicorn >> requirements.txt && pip install -t . -r requirements.txt",
    );
  });

  it('is not told to name what is imported, which may be of a package of another name', async () => {
    const dir = project({ 'main.py': 'app = FastAPI()', 'requirements.txt': 'PyYAML' });
    const started = { stage: 'staging', app: await detect(dir), dir, local: true, environment: {} };
    const { hint } = await howToFix('', ["ModuleNotFoundError: No module named 'yaml'"], started);
    expect(hint).toBe('install what it asks for: pip install -t . -r requirements.txt');
  });

  it('is told how to install the server', async () => {
    const dir = project({ 'main.py': 'app = FastAPI()' });
    const app = await detect(dir);
    const started = { stage: 'staging', app, dir, local: true, environment: {} };
    expect(await howToFix('', ['/usr/bin/python3: No module named uvicorn'], started)).toEqual({
      hint: 'install what it asks for: pip install -t . uvicorn',
      next: ['pip install -t . uvicorn', 'up staging'],
    });
  });
});

describe('a program of Python that serves by itself runs as it is', () => {
  it.each([
    ['with uvicorn', 'app = FastAPI()\nuvicorn.run(app, port=int(os.environ["PORT"]))'],
    ['with what Flask has', 'app = Flask(__name__)\nif __name__ == "__main__":\n    app.run(port=PORT)'],
    ['with its own library', 'HTTPServer(("", port), Handler).serve_forever()'],
    ['of a framework whose classes have names like others', 'app = tornado.web.Application([])\napp.listen(PORT)'],
    ['and makes its app in a function', 'def make():\n    app = FastAPI()\n    return app'],
  ])('%s', async (_title, source) => {
    const app = await detect(project({ 'app.py': source }));
    expect(app).toMatchObject({ command: 'python3 app.py', argv: ['python3', 'app.py'], why: 'found app.py' });
  });
});

it('of a Django app the command is told with the name of its project', async () => {
  const manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')";
  await expect(detect(project({ 'manage.py': manage }))).rejects.toMatchObject({
    hint: expect.stringContaining('python3 -m gunicorn -b 127.0.0.1:$PORT mysite.wsgi"'),
  });
});
