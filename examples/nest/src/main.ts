import 'reflect-metadata';
import { ConsoleLogger, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

// One JSON object a line, which `up logs` takes apart.
const logger = new ConsoleLogger({ json: true });
const app = await NestFactory.create(AppModule, { logger });
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
// Lambda says SIGTERM before it ends an environment: onApplicationShutdown() is called then.
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
