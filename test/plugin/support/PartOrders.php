<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use WC_Order;

/** Part payments as deposit plugins make them: orders of a type of their own. Loaded by the test that needs them, for WC_Order must be there. */
class AcowebsPart extends WC_Order {
	public function get_type() {
		return 'awcdp_payment';
	}
}

class MagePeoplePart extends WC_Order {
	public function get_type() {
		return 'mepp_payment';
	}
}

class WebtomizerPart extends WC_Order {
	public function get_type() {
		return 'wcdp_payment';
	}
}
