import { IsInt, IsNotEmpty, IsString, Min } from 'class-validator';

export class OrderDto {
  @IsString()
  @IsNotEmpty()
  tea!: string;

  @IsInt()
  @Min(50)
  grams!: number;
}
