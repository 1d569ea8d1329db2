<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;

/** Requests that end badly, roll back, or are looked into while they run: each one is a PHP process of its own. */
final class RequestsTest extends StoreTestCase {

	/** The scenarios whose process comes to its own end. */
	private const LIVE_ON = array( 'a shutdown handler that dies', 'a handler that throws', 'a rollback without a transaction', 'committed', 'rolled back, then saved', 'saved, then another save rolled back' );

	/** @dataProvider ends */
	public function test_a_request_that_ends_badly_after_the_save_loses_nothing( string $scenario, bool $settled ): void {
		$order = $this->order();
		$ended = self::$site->run( 'scenario.php', array( 'scenario' => $scenario, 'order' => $order->get_id() ) );
		$row   = array( 'order:' . $order->get_id() );
		$this->assertSame( in_array( $scenario, self::LIVE_ON, true ), str_contains( $ended->output(), 'END' ), $ended->output() );
		$this->assertSame( $row, $this->marked(), $ended->output() . $ended->errors() );
		$this->assertSame( $settled ? $row : array(), $this->handed_out() );
		$this->assertSame( $row, $this->handed_out_in( OutboxTable::PENDING_SECONDS ) );
	}

	/** @return list<array{string, bool}> Whether the change may be handed out at once, or only when its time is over. */
	public function ends(): array {
		return array(
			array( 'a fatal error', true ),
			array( 'memory exhausted', true ),
			array( 'out of time', true ),
			array( 'exit', true ),
			array( 'killed', false ),
			array( 'a shutdown handler that dies', false ),
			array( 'a handler that throws', true ),
			array( 'a rollback without a transaction', true ),
			array( 'committed', true ),
			array( 'rolled back, then saved', true ),
			array( 'saved, then another save rolled back', true ),
		);
	}

	public function test_a_payment_is_recorded_though_a_handler_throws_or_the_process_is_killed(): void {
		foreach ( array( 'a handler that throws', 'killed after a payment' ) as $scenario ) {
			$order = $this->order();
			self::$site->run( 'scenario.php', array( 'scenario' => $scenario, 'order' => $order->get_id() ) );
			$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ), $scenario );
			$this->assertContains( 'order:' . $order->get_id(), $this->marked(), $scenario );
		}
	}

	public function test_a_customer_noted_before_an_order_survives_a_kill_with_it(): void {
		$order = $this->order();
		self::$site->run( 'scenario.php', array( 'scenario' => 'killed after an account and an order', 'order' => $order->get_id() ) );
		$this->assertSame( array( 'customer:1', 'order:' . $order->get_id() ), $this->marked() );
	}

	public function test_an_order_that_is_saved_at_the_very_end_is_settled_too(): void {
		$order = $this->order();
		self::$site->run( 'scenario.php', array( 'scenario' => 'an order saved at shutdown', 'order' => $order->get_id() ) );
		$this->assertSame( array( 'customer:1', 'order:' . $order->get_id() ), $this->handed_out() );
	}

	/** @dataProvider rollbacks */
	public function test_what_is_rolled_back_invents_nothing( string $scenario ): void {
		$order = $this->order();
		$ended = self::$site->run( 'scenario.php', array( 'scenario' => $scenario, 'order' => $order->get_id() ) );
		$this->assertSame( array(), $this->marked(), $ended->output() . $ended->errors() );
		$this->assertSame( array(), Database::rows( 'SELECT order_id FROM %i', Tables::payments() ) );
	}

	/** @return list<array{string}> */
	public function rollbacks(): array {
		return array( array( 'rolled back' ), array( 'a new paid order rolled back' ), array( 'an order born paid rolled back' ), array( 'a customer rolled back' ), array( 'left open' ), array( 'left open by a fatal error' ) );
	}

	public function test_a_pull_in_the_middle_of_a_request_sees_nothing_of_it(): void {
		$order   = $this->order();
		$request = $this->pausing_request( $order->get_id() );
		$this->assertSame( array(), $this->handed_out() );
		$this->go_on( $request );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->handed_out() );
	}

	public function test_a_pull_before_and_its_acknowledgement_in_the_middle_of_a_request_lose_nothing(): void {
		$order = $this->order();
		$order->set_customer_note( 'an earlier request' );
		$order->save();
		$this->settle();
		$table   = new OutboxTable( new Clock() );
		$pulled  = $table->ready( 10 );
		$request = $this->pausing_request( $order->get_id() );
		$this->assertSame( 0, $table->acknowledge( $pulled ) );
		$this->go_on( $request );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->handed_out() );
	}

	public function test_a_request_killed_between_two_saves_is_told_after_its_time_though_the_state_before_was_acknowledged(): void {
		$order = $this->order();
		$order->set_customer_note( 'an earlier request' );
		$order->save();
		$this->settle();
		$table   = new OutboxTable( new Clock() );
		$pulled  = $table->ready( 10 );
		$request = $this->pausing_request( $order->get_id() );
		$table->acknowledge( $pulled );
		$request->kill();
		$request->join();
		$this->assertSame( array(), $this->handed_out() );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->handed_out_in( OutboxTable::PENDING_SECONDS ) );
	}

	private function pausing_request( int $order ): Running {
		@unlink( self::$site->folder . '/tmp/go' );
		$request = self::$site->start( 'scenario.php', array( 'scenario' => 'two saves with a pause', 'order' => $order ) );
		$request->wait_for( 'SAVED' );
		return $request;
	}

	private function go_on( Running $request ): void {
		touch( self::$site->folder . '/tmp/go' );
		$request->join();
		$this->assertStringContainsString( 'END', $request->output(), $request->errors() );
	}

	/** @return list<string> */
	private function handed_out_in( int $seconds ): array {
		return array_map( static fn ( array $row ): string => $row['kind'] . ':' . $row['id'], ( new OutboxTable( fake_clock( time() + $seconds + 1 ) ) )->ready( 10 ) );
	}
}
