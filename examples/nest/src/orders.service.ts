import { Injectable, NotFoundException } from '@nestjs/common';
import type { OrderDto } from './order.dto.js';

const centsPerGram: Record<string, number> = { sencha: 12, assam: 8 };

export interface Offer extends OrderDto {
  readonly cents: number;
}

@Injectable()
export class OrdersService {
  price({ tea, grams }: OrderDto): Offer {
    const cents = centsPerGram[tea];
    if (cents === undefined) throw new NotFoundException(`No tea called ${tea}`);
    return { tea, grams, cents: cents * grams };
  }
}
