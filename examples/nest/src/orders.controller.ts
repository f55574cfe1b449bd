import { Body, Controller, Get, Param, ParseIntPipe, Post } from '@nestjs/common';
import { OrderDto } from './order.dto.js';
import { type Offer, OrdersService } from './orders.service.js';

@Controller()
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  greet(): string {
    return 'Hello from Nest\n';
  }

  @Get('prices/:tea/:grams')
  price(@Param('tea') tea: string, @Param('grams', ParseIntPipe) grams: number): Offer {
    return this.orders.price({ tea, grams });
  }

  @Post('orders')
  order(@Body() order: OrderDto): Offer {
    return this.orders.price(order);
  }
}
