<?php
// The same by `php -S`, which ends the connection after each answer.
$line = $_SERVER['REQUEST_METHOD'] . ' ' . $_SERVER['REQUEST_URI'] . ' ' . file_get_contents('php://input');
file_put_contents(getenv('LEDGER'), $line . "\n", FILE_APPEND);
echo $line;
