import { createBackend } from '@org/backend';
import { fastify } from 'fastify';

import { club } from './club.js';
import { createMailProvider } from './mail-provider.js';

const { MONGODB_URI: mongodbUri = '', SECRET_KEY: secretKey = '', ...settings } = process.env;
const email = createMailProvider(settings['MAIL_URL'] ?? '');
const backend = await createBackend({ mongodbUri, secretKey, email, ...club, logger: console });
await backend.startWork();

const app = fastify();
app.addHook('onClose', () => backend.close());
await app.register(backend.plugin);
await app.listen({ port: Number(settings['PORT']) });
process.once('SIGTERM', () => void app.close());
