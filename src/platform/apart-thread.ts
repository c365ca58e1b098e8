import { answerOrders } from './answer-orders.ts';
import type { ApartTask } from './run-apart.ts';

answerOrders(async ({ module, name, input }: ApartTask) => (await import(module))[name](input));
