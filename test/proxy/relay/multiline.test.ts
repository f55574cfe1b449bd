import { describe, expect, test } from 'vitest';
import { recordsOf } from './records.ts';

const traces: [string, string][] = [
  [
    'an error of Node with a cause',
    `Error: outer
    at main (/app/a.js:4:9)
    at node:internal/main/run_main_module:28:49 {
  code: 'E_OUTER',
  [cause]: Error: inner
      at main (/app/a.js:3:17) {
    errno: -2
  }
}`,
  ],
  [
    'an uncaught error of Node',
    `/app/a.js:3
    throw new Error('x')
    ^

Error: x
    at Object.<anonymous> (/app/a.js:3:11)
    at Module._compile (node:internal/modules/cjs/loader:1554:14) {
  [cause]: TypeError: y
      at Object.<anonymous> (/app/a.js:2:11)
}

Node.js v20.20.2`,
  ],
  [
    'an uncaught error of Node with a message of several lines',
    `file:///app/a.mjs:3
    throw new Error(text)
          ^

Error: cannot greet
x: a name
  of one letter

and more
    at greet (file:///app/a.mjs:3:11)

Node.js v20.20.2`,
  ],
  [
    'an uncaught error of Node at the beginning of a line',
    `file:///app/a.mjs:1
throw 'text'
^
text
(Use \`node --trace-uncaught ...\` to show where the exception was thrown)

Node.js v24.1.0`,
  ],
  [
    'an unhandled rejection of Node',
    `node:internal/process/promises:394
      triggerUncaughtException(err, true /* fromPromise */);
      ^

[UnhandledPromiseRejection: This error originated either by throwing] {
  code: 'ERR_UNHANDLED_REJECTION'
}

Node.js v22.14.0`,
  ],
  [
    'a warning of Node',
    `(node:7) MaxListenersExceededWarning: Possible EventEmitter memory leak detected.
(Use \`node --trace-warnings ...\` to show where the warning was created)`,
  ],
  ['an object that Node prints', "{\n  a: 1,\n  b: [\n    'x'\n  ]\n}"],
  [
    'a traceback of Python',
    `Traceback (most recent call last):
  File "/app/a.py", line 3, in <module>
    main()
    ~~~~^^
ValueError: bad`,
  ],
  [
    'a chain of tracebacks of Python',
    `Traceback (most recent call last):
  File "/app/a.py", line 2, in <module>
    {}['a']
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/a.py", line 4, in <module>
    raise ValueError('b') from None
ValueError: b

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/a.py", line 6, in <module>
RuntimeError: c`,
  ],
  [
    'what Flask logs with an exception',
    `[2026-11-28 02:32:01,878] ERROR in app: Exception on /boom [GET]
Traceback (most recent call last):
  File "/app/a.py", line 3, in boom
ValueError: boom`,
  ],
  [
    'what uvicorn logs with a chain of exceptions',
    `ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/app/a.py", line 2, in <module>
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/a.py", line 4, in <module>
ValueError: b`,
  ],
  [
    'a request of Django that failed',
    'Internal Server Error: /boom\nTraceback (most recent call last):\n  File "/app/a.py", line 3, in boom\nValueError: boom',
  ],
  [
    'an error of Prisma, whose message has several lines',
    `PrismaClientKnownRequestError: 
Invalid \`prisma.user.create()\` invocation in
/app/src/users.ts:10:3

  8 const user = {};
→ 10 await prisma.user.create(

Unique constraint failed on the fields: (\`email\`)
    at throwError (/app/node_modules/@prisma/client/runtime/client.js:63:1620)
    at async create (/app/src/users.ts:10:3) {
  code: 'P2002'
}`,
  ],
  [
    'an error of Drizzle with a cause',
    `DrizzleQueryError: Failed query: insert into "t" values (?)
params: 1
    at query (/app/node_modules/drizzle-orm/session.js:43:15) {
  [cause]: Error: SQLITE_CONSTRAINT
      at execute (/app/node_modules/@libsql/client/sqlite3.js:80:11)
}`,
  ],
  ['an error that is all fields', "Error: x\n  code: 'E_X'\n  errno: 3"],
  ['a syntax error of Python', '  File "/app/a.py", line 1\n    foo(\n       ^\nSyntaxError: \'(\' was never closed'],
  [
    'a panic of Go',
    `panic: runtime error: index out of range [5] with length 3 [recovered]
	panic: again

goroutine 1 [running]:
main.(*Shop).Find(0xc000012345, {0x1, 0x2})
	/app/main.go:10 +0x1d
main.main()
	/app/main.go:5 +0x18

goroutine 18 [chan receive, 2 minutes]:
net/http.(*Server).Serve(...)
	/usr/local/go/src/net/http/server.go:3086
created by main.main in goroutine 1
	/app/main.go:4 +0x25
exit status 2`,
  ],
  [
    'a fault of Go',
    `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47a3b2]

goroutine 1 [running]:
main.main()
	/app/main.go:5 +0x12`,
  ],
  [
    'a panic that a server of Go recovers',
    `2026/01/01 12:00:00 http: panic serving 127.0.0.1:5000: boom
goroutine 5 [running]:
net/http.(*conn).serve.func1()
	/usr/local/go/src/net/http/server.go:1868 +0xb9`,
  ],
  [
    'an exception of Java with causes',
    `Exception in thread "main" java.lang.RuntimeException: x
	at shop.Main.main(Main.java:5)
Caused by: java.io.IOException: y
	at shop.Main.read(Main.java:9)
	... 12 more
	Suppressed: java.lang.Error: z
		at shop.Main.close(Main.java:11)`,
  ],
  [
    'an exception of .NET',
    `Unhandled exception. System.Exception: x
 ---> System.Exception: y
   at Shop.Main() in /app/Main.cs:line 5
   --- End of inner exception stack trace ---`,
  ],
  [
    'an error of PHP',
    `PHP Fatal error:  Uncaught Exception: x in /app/a.php:3
Stack trace:
#0 /app/a.php(7): f()
#1 {main}

Next RuntimeException: y in /app/a.php:5
Stack trace:
#0 {main}
  thrown in /app/a.php on line 5`,
  ],
  ['an error of Ruby', "a.rb:2:in `g': x (RuntimeError)\n\tfrom a.rb:5:in `f'\n\tfrom a.rb:8:in `<main>'"],
  [
    'a panic of Rust',
    `thread 'main' panicked at src/main.rs:2:5:
index out of bounds: the len is 3 but the index is 5
stack backtrace:
   0: rust_begin_unwind
             at /rustc/library/std/src/panicking.rs:652:5
note: run with \`RUST_BACKTRACE=full\` for a verbose backtrace`,
  ],
  ['a list below its heading', 'routes:\n  GET /\n  GET /items\n\tPOST /items'],
];

describe('several lines of text are one record', () => {
  test.each(traces)('%s', (_title, trace) => {
    expect(recordsOf(`${trace}\n`)).toEqual([trace]);
  });

  test.each(traces)('between lines that are none of it: %s', (_title, trace) => {
    expect(recordsOf(`before\n${trace}\nafter\n`)).toEqual(['before', trace, 'after']);
  });
});

describe('lines are records of their own', () => {
  test.each<[string, string, string[]]>([
    ['that are not indented', 'a\nb\n', ['a', 'b']],
    ['after an empty line, even indented', 'a\n\n  b\n', ['a', '  b']],
    ['with the beginning of a trace', 'a\nError: x\n    at b\nc\n', ['a', 'Error: x\n    at b', 'c']],
    ['below an error without frames', 'Error: x\na\n  b\nc\n', ['Error: x', 'a\n  b', 'c']],
    ['between two errors', 'Error: x\na\nError: y\nb\n    at c\nd\n', ['Error: x', 'a', 'Error: y\nb\n    at c', 'd']],
    ['below an error that JSON follows', 'Error: x\na\n{"b":1}\n    at c\n', ['Error: x', 'a', '{"b":1}', '    at c']],
    [
      'that Python logs before others',
      'ERROR:a:b\nc\nTraceback (most recent call last):\n  d\nE: x\n',
      ['ERROR:a:b', 'c', 'Traceback (most recent call last):\n  d\nE: x'],
    ],
    ['that are JSON', 'a\n{"b":1}\n{"c":1}\n', ['a', '{"b":1}', '{"c":1}']],
    ['that are indented, after JSON', '{"a":1}\n  b\n', ['{"a":1}', '  b']],
    [
      'that are JSON, inside a trace',
      'Error: x\n    at a\n{"b":1}\n    at c\n',
      ['Error: x\n    at a', '{"b":1}', '    at c'],
    ],
    [
      'that follow the exception of a traceback',
      'Traceback (most recent call last):\n  File\nE: x\ny\n',
      ['Traceback (most recent call last):\n  File\nE: x', 'y'],
    ],
    ['that look like a frame of Go, outside of a panic', 'a:\n  b\nmain.main()\n', ['a:\n  b', 'main.main()']],
    ['that look like frames of PHP, without a heading', 'a\n#1 b\n', ['a', '#1 b']],
  ])('%s', (_title, text, records) => {
    expect(recordsOf(text)).toEqual(records);
  });
});
