import { expect, test } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { type Files, project } from './project.ts';

const told: readonly [title: string, files: Files, hint: string][] = [
  [
    'a program of Rust',
    { 'Cargo.toml': '[package]\nedition = "2024"\nname = "web-shop"\n\n[dependencies]\naxum = "0.8"\n' },
    'Cargo.toml is of a Rust app: add {"hooks": {"build": "cargo build --release"}, "proxy": {"command": "./target/release/web-shop"}} to up.json',
  ],
  [
    'a workspace of Rust',
    { 'Cargo.toml': '[workspace]\nmembers = ["api"]\n' },
    'Cargo.toml is of a Rust app: add {"hooks": {"build": "cargo build --release"}, "proxy": {"command": "./target/release/PROGRAM"}} to up.json',
  ],
  [
    'a program of Ruby',
    { 'app.rb': '', 'README.md': '' },
    'app.rb is of a Ruby app: add {"proxy": {"command": "ruby app.rb"}} to up.json',
  ],
  [
    'Java in more than one file',
    { 'Shop.java': '', 'Cart.java': '' },
    'Cart.java is of a Java app: add {"proxy": {"command": "java FILE.java"}} to up.json',
  ],
  [
    'a program whose name a shell would take apart',
    { 'my "app".rb': '' },
    'my "app".rb is of a Ruby app: add {"proxy": {"command": "ruby FILE.rb"}} to up.json',
  ],
  [
    'a program of PHP beside a page',
    { 'index.html': '<form action="send.php">', 'send.php': '<?php' },
    'send.php is of a PHP app: add {"proxy": {"command": "php -S 127.0.0.1:$PORT"}} to up.json',
  ],
  [
    'a script for development beside a tool in Python',
    { 'package.json': '{"scripts": {"dev": "node web.js"}}', 'tool.py': '' },
    'package.json has a dev script and no start script: add "start": "node web.js"',
  ],
];

test.each(told)('%s is told how to go on', async (_title, files, hint) => {
  await expect(detect(project(files))).rejects.toMatchObject({ code: 'UP_APP_NOT_FOUND', hint });
});
