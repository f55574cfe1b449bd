"""The same in Python: HTTP/1.1 by threads, without a word about the connection, which ends after IDLE_MS."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Echo(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = int(os.environ['IDLE_MS']) / 1000
    # The answer leaves in one piece.
    wbufsize = -1

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get('content-length', 0))).decode()
        line = f'{self.command} {self.path} {body}'
        with open(os.environ['LEDGER'], 'a') as ledger:
            ledger.write(line + '\n')
        self.send_response(200)
        self.send_header('content-length', str(len(line)))
        self.end_headers()
        self.wfile.write(line.encode())

    do_POST = do_GET

    def log_message(self, *args):
        pass


ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Echo).serve_forever()
