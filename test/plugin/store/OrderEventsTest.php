<?php

declare( strict_types=1 );

namespace ArBridge\Test;

final class OrderEventsTest extends StoreTestCase {

	public function test_an_order_saved_by_code_waits_once_its_request_is_over(): void {
		$order = $this->order();
		$order->set_billing_company( 'Harbor Supplies' );
		$order->save();
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->marked() );
		$this->assertSame( array(), $this->handed_out() );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->waiting() );
	}
}
