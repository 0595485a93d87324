import os
import unittest
from unittest import mock

import hello


class GreetingTest(unittest.TestCase):
    def test_greets_by_name(self):
        with mock.patch.dict(os.environ, {"GREETING": "Good day"}):
            self.assertEqual(hello.greeting("you"), "Good day, you")


if __name__ == "__main__":
    unittest.main()
